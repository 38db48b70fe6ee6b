import Foundation
import PlumblineTensors
import XCTest

@testable import PlumblineExperiments
