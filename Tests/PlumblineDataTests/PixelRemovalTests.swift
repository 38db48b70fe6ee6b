import PlumblineData
import PlumblineTensors
import XCTest

final class PixelRemovalTests: XCTestCase {
    /// Each pixel is in one patch, and patches are where PyTorch's nearest resizing of a 4 x 4
    /// mask has them: the pixel i of n is in the row `floor(4 i / n)`.
    func testTheGridIsThatOfTheAuthors() {
        for (height, width) in [(16, 16), (10, 13), (224, 224), (7, 4)] {
            let grid = PixelRemoval.grid(height: height, width: width)
            XCTAssertEqual(grid.count, 16)
            XCTAssertEqual(grid.joined().sorted(), Array(0..<height * width))
            for (patch, pixels) in grid.enumerated() {
                for pixel in pixels {
                    let row = pixel / width * 4 / height
                    let column = pixel % width * 4 / width
                    XCTAssertEqual(row * 4 + column, patch)
                }
            }
        }
    }

    private func removed(_ removal: PixelRemoval) throws -> [Int] {
        let source = PhantomSource(count: 40, size: 32, seed: 1)
        var preprocessing = Preprocessing()
        preprocessing.size = 32
        var augmentation = Augmentation()
        augmentation.removal = removal
        let dataset = try ImageDataset(
            source, preprocessing: preprocessing, augmentation: augmentation)
        let channels = preprocessing.channels
        return try (0..<40).map { index in
            let random = RandomGenerator(seed: UInt64(index))
            let plain = try dataset.sample(index).values
            let changed = try dataset.sample(index, random: random).values
            XCTAssertEqual(changed, try dataset.sample(index, random: random).values)
            var count = 0
            for pixel in 0..<32 * 32 {
                let places = (pixel * channels)..<((pixel + 1) * channels)
                let isRemoved = places.allSatisfy { changed[$0] == 0 }
                if isRemoved {
                    count += 1
                } else {
                    XCTAssertEqual(Array(changed[places]), Array(plain[places]))
                }
            }
            return count
        }
    }

    /// Half of the images lose one patch of 8 x 8 pixels.
    func testPatchesInTraining() throws {
        let counts = try removed(.patches)
        XCTAssertEqual(Set(counts), [0, 64])
        XCTAssertGreaterThan(counts.count { $0 == 64 }, 10)
        XCTAssertLessThan(counts.count { $0 == 64 }, 30)
    }

    /// Every image loses a tenth of its pixels, in all channels.
    func testPixelsInTraining() throws {
        XCTAssertEqual(Set(try removed(.pixels)), [102])
    }
}
